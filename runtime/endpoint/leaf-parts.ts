import type { Authentication } from './authentication.js';
import type { EndpointDefinition } from './definition.js';
import type { Destination } from './destination.js';
import type { EndpointProperties } from './property-children.js';

/** What a leaf endpoint is made of, whatever its kind. */
export interface LeafParts {
  readonly name: string | undefined;
  readonly destination: Destination;
  readonly definition: EndpointDefinition;
  readonly properties: EndpointProperties;
  readonly authentication: Authentication | undefined;
}
