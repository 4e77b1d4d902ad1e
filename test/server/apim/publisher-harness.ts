import assert from 'node:assert/strict';
import type { DeployedApi } from '../../../runtime/server/apim-model/index.js';
import { databases, type TestDatabase } from '../../store/databases.js';
import { type Answer, type Call, type Harness, pizza, startApim, v4 } from './harness.js';

/** API management as a publisher uses it, one server for a whole file of tests. */
export class Publisher {
  /** Set while tests run. */
  harness!: Harness;
  database!: TestDatabase;
  #words = 0;

  call(path: string, options?: Call): Promise<Answer> {
    return this.harness.call(path, options);
  }

  /** Ends the server and starts another on the same store. @returns what its gateway serves at the start */
  async restart(): Promise<DeployedApi[]> {
    await this.harness.stop();
    this.harness = await startApim(this.database);
    return this.harness.apim.model.apis();
  }

  /** A word that no API of this server is named after yet. */
  word(): string {
    this.#words += 1;
    return `P${this.#words}`;
  }

  async createApi(more: object = {}, name = this.word()): Promise<Answer['body']> {
    const answer = await this.call(`${v4}/apis`, { json: pizza(name, more) });
    assert.equal(answer.status, 201, answer.text);
    return answer.body;
  }

  put(id: string, json: unknown): Promise<Answer> {
    return this.call(`${v4}/apis/${id}`, { method: 'PUT', json });
  }

  /** An action of the lifecycle. */
  act(id: string, action: string, checklist = ''): Promise<Answer> {
    const query = new URLSearchParams({ apiId: id, action, lifecycleChecklist: checklist });
    return this.call(`${v4}/apis/change-lifecycle?${query}`, { method: 'POST' });
  }

  /** Makes a revision of the working copy and deploys it. @returns its id */
  async deploy(id: string): Promise<string> {
    const revision = await this.call(`${v4}/apis/${id}/revisions`, { json: { description: 'r' } });
    assert.equal(revision.status, 201, revision.text);
    const path = `${v4}/apis/${id}/deploy-revision?revisionId=${revision.body.id}`;
    assert.equal((await this.call(path, { json: [{ name: 'Default', vhost: 'localhost' }] })).status, 201);
    return revision.body.id;
  }

  /** What the gateway serves of the API. */
  served(id: string): DeployedApi | undefined {
    return this.harness.apim.model.apis().find((api) => api.id === id);
  }
}

/** Runs the tests on every kind of database. No test may make the server log an error. */
export function describePublisher(title: string, tests: (publisher: Publisher) => void): void {
  for (const { kind, create } of databases) {
    describe(`${title} on ${kind}`, () => {
      const publisher = new Publisher();

      before(async () => {
        publisher.database = await create();
        publisher.harness = await startApim(publisher.database);
      });
      after(async () => {
        assert.deepEqual(publisher.harness.logged, []);
        await publisher.harness.stop();
        await publisher.database.drop();
      });

      tests(publisher);
    });
  }
}
