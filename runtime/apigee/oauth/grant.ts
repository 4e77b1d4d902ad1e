import type { FlowContext } from '../flow-context.js';
import type { OAuthConfiguration } from './configuration.js';
import { type OAuthInputs, readInputs } from './inputs.js';
import { refuse } from './refusal.js';

type Refusal = Parameters<typeof refuse>[0];

/** One run of a policy that gives tokens. */
export interface Grant {
  readonly flow: FlowContext;
  readonly configuration: OAuthConfiguration;
  readonly inputs: OAuthInputs;
  /** @throws PolicyFault in the form that the policy wants */
  refuse(refusal: Refusal): never;
}

export function beginGrant(flow: FlowContext, configuration: OAuthConfiguration): Grant {
  return {
    flow,
    configuration,
    inputs: readInputs(flow, configuration),
    refuse: (refusal) => {
      throw refuse(refusal, configuration.generateErrorResponse);
    },
  };
}
