import type { Api } from '../apim-model/api-document.js';
import type { PublisherParts } from './parts.js';

/** What differs between the generations of the REST API beside the shape of the bodies. */
export interface Generation {
  /** What happens to the gateway after the working copy was saved. */
  afterUpdate(api: Api, parts: PublisherParts): Promise<void>;
  /** What happens to the gateway after an action of the lifecycle. */
  afterLifecycle(api: Api, parts: PublisherParts): Promise<void>;
}

/** v2 to v4: nothing is served until a revision is deployed (4.1 C9). */
export const deploysByRevision: Generation = {
  async afterUpdate() {},
  async afterLifecycle() {},
};

/** v0.16 and v1: publishing deploys, and so does saving a published API (4.1 C2, C9). */
export const deploysAtOnce: Generation = {
  async afterUpdate(api, parts) {
    if (isServed(api)) await parts.revisions.deployWorkingCopy(api.id);
  },
  async afterLifecycle(api, parts) {
    if (api.status === 'PUBLISHED' || api.status === 'PROTOTYPED') await parts.revisions.deployWorkingCopy(api.id);
  },
};

function isServed({ status }: Api): boolean {
  return status !== 'CREATED' && status !== 'RETIRED';
}
