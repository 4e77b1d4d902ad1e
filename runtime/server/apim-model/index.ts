/** What the gateway uses of API management: the rest of this folder serves the management REST. */
export type {
  Access,
  AccessDecision,
  CallerApplication,
  CallerSubscription,
  CallerToken,
  KeyType,
  Refusal,
} from './access.js';
export { refusals } from './access.js';
export type { AuthType, DeployedApi, DeployedOperation } from './deployed-api.js';
export type { DeployedSequence, DeployedSequences } from './deployed-sequences.js';
export type { ApiEvent, ApiListener, GatewayModel, TokenCheck } from './gateway-model.js';
export type { LifecycleStatus } from './lifecycle.js';
export { findTier, type Tier } from './tiers.js';
