import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { strToU8, zipSync } from 'fflate';
import { type Answer, basic, call } from './management.js';
import { adminPassword, type MediantProcess } from './mediant-process.js';

const bundles = fileURLToPath(new URL('../../../test/scenarios/bundles/', import.meta.url));

/** The management calls of an Apigee organisation, as the scripts of the samples make them (api-management 2.9). */
export class ApigeeManagement {
  constructor(private readonly server: MediantProcess) {}

  /** @param from below the organisation, e.g. `/apis` */
  call(method: string, from: string, options: { type?: string; body?: unknown } = {}): Promise<Answer> {
    const { type, body } = options;
    const url = `${this.server.url('admin')}/v1/organizations/default${from}`;
    const headers = {
      Authorization: basic('admin', adminPassword),
      ...(type === undefined ? {} : { 'Content-Type': type }),
    };
    return call(method, url, { headers, body });
  }

  async import(name: string, zip: Uint8Array): Promise<Answer> {
    const url = `${this.server.url('admin')}/v1/organizations/default/apis?action=import&name=${name}`;
    const headers = { Authorization: basic('admin', adminPassword), 'Content-Type': 'application/octet-stream' };
    const response = await fetch(url, { method: 'POST', headers, body: Buffer.from(zip) });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
  }

  deploy(name: string, revision: number): Promise<Answer> {
    return this.call('POST', `/apis/${name}/deployments?action=deploy&env=test&revision=${revision}`);
  }

  async importAndDeploy(name: string, zip: Uint8Array): Promise<void> {
    const imported = await this.import(name, zip);
    assert.equal(imported.status, 201, imported.text);
    const deployed = await this.deploy(name, Number(imported.body.revision));
    assert.equal(deployed.status, 200, deployed.text);
  }
}

/** A bundle of `test/scenarios/bundles`, its words replaced: `{ BACKEND: 'http://…' }`. */
export function bundleZip(name: string, words: Readonly<Record<string, string>>): Uint8Array {
  const folder = path.join(bundles, name);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.\w+$/.test(file));
  return zipSync(
    Object.fromEntries(
      files.map((file) => {
        let text = readFileSync(path.join(folder, file), 'utf8');
        for (const [word, value] of Object.entries(words)) text = text.replaceAll(word, value);
        return [file.split(path.sep).join('/'), strToU8(text)];
      }),
    ),
  );
}

/** A bundle of texts by their path. */
export const zipOf = (files: Readonly<Record<string, string>>): Uint8Array =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));

/** A call of the gateway's TLS port, whose certificate nobody has signed. */
export function secureCall(
  method: string,
  url: string,
  form?: URLSearchParams,
  more: Record<string, string> = {},
): Promise<Answer> {
  const headers = { ...(form ? { 'Content-Type': 'application/x-www-form-urlencoded' } : {}), ...more };
  return new Promise((resolve, reject) => {
    const request = https.request(url, { method, headers, rejectUnauthorized: false, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      response.on('end', () => {
        const fields = new Headers(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
        const body = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
        resolve({ status: response.statusCode ?? 0, headers: fields, text, body });
      });
    });
    request.on('error', reject).end(form?.toString());
  });
}
