/** What the roles below admin may do on the management plane (api-management 1.2). */
const managementScopes: { readonly [role: string]: readonly RegExp[] } = {
  admin: [/^apim:/],
  'Internal/creator': [
    /^apim:api_(view|create|delete|manage|generate_key|import_export|list_view|definition_view|product_.*)$/,
    /^apim:mediation_policy_/,
    /^apim:(api_mediation_policy_manage|common_operation_policy_.*|tier_view|subscription_view)$/,
  ],
  'Internal/publisher': [
    /^apim:api_(view|publish|manage)$/,
    /^apim:(subscription_.*|tier_view|common_operation_policy_view)$/,
  ],
  'Internal/subscriber': [
    /^apim:(subscribe|app_manage|sub_manage|api_key|app_import_export|store_settings|sub_alert_manage)$/,
  ],
};

/** Roles that each scope of a published API is bound to; no entry or an empty list binds to none. */
export type ScopeBindings = (scope: string) => readonly string[];

/**
 * The scopes that a user gets of those that were asked for: one that is bound to roles, and the management scopes,
 * need a role of the user and are silently dropped without it; any other is granted as asked (api-management 1.13).
 */
export function grantScopes(asked: readonly string[], roles: readonly string[], bindings: ScopeBindings): string[] {
  return [...new Set(asked)].filter((scope) => {
    if (scope.startsWith('apim:'))
      return roles.some((role) => managementScopes[role]?.some((rule) => rule.test(scope)));
    const bound = bindings(scope);
    return bound.length === 0 || bound.some((role) => roles.includes(role));
  });
}

/** Scopes of a `scope` parameter. */
export function scopesOf(text: string | undefined): string[] {
  return (text ?? '').split(/\s+/).filter((scope) => scope !== '');
}
