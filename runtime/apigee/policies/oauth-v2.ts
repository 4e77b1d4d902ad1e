import type { FlowContext } from '../flow-context.js';
import { generateAuthorizationCode, generateImplicitToken } from '../oauth/authorization.js';
import { type OAuthConfiguration, type Operation, oauthChildren, readOAuth } from '../oauth/configuration.js';
import { beginGrant } from '../oauth/grant.js';
import { generateAccessToken, refreshAccessToken } from '../oauth/grants.js';
import { setTokenStatus, verifyAccessToken } from '../oauth/verification.js';
import { definePolicy } from '../policy.js';

type Run = (flow: FlowContext, configuration: OAuthConfiguration) => Promise<void>;

const runs: Readonly<Record<Operation, Run>> = {
  GenerateAccessToken: (flow, configuration) => generateAccessToken(beginGrant(flow, configuration)),
  GenerateJWTAccessToken: (flow, configuration) => generateAccessToken(beginGrant(flow, configuration)),
  GenerateAccessTokenImplicitGrant: (flow, configuration) => generateImplicitToken(beginGrant(flow, configuration)),
  GenerateAuthorizationCode: (flow, configuration) => generateAuthorizationCode(beginGrant(flow, configuration)),
  RefreshAccessToken: (flow, configuration) => refreshAccessToken(beginGrant(flow, configuration)),
  VerifyAccessToken: verifyAccessToken,
  VerifyJWTAccessToken: verifyAccessToken,
  InvalidateToken: setTokenStatus,
  ValidateToken: setTokenStatus,
};

/**
 * ```xml
 * <OAuthV2 name="GenerateAccessTokenClient">
 *   <Operation>GenerateAccessToken</Operation>
 *   <ExpiresIn ref="variable">3600000</ExpiresIn>
 *   <SupportedGrantTypes><GrantType>client_credentials</GrantType></SupportedGrantTypes>
 *   <GrantType>request.queryparam.grant_type</GrantType>
 *   <GenerateResponse enabled="true"/>
 * </OAuthV2>
 * ```
 *
 * Gives, refreshes, checks and revokes OAuth 2.0 tokens of the organisation's apps (api-management 2.6). Inputs are named
 * by variables; without a name they come from where RFC 6749 puts them.
 */
export const oauthV2 = definePolicy({
  element: 'OAuthV2',
  prefix: 'oauthV2',
  summary: 'Gives, refreshes, checks and revokes OAuth 2.0 tokens.',
  children: oauthChildren,
  compile(element, context) {
    const configuration = readOAuth(element, context.name);
    const run = runs[configuration.operation];
    return { contentAware: readsContent(configuration), run: (flow) => run(flow, configuration) };
  },
});

/** A check of the token in a header leaves the body a stream. */
function readsContent({ operation, inputs }: OAuthConfiguration): boolean {
  return !operation.startsWith('Verify') || inputs.accessToken?.includes('formparam') === true;
}
