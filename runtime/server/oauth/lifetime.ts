/** Of an access token, in seconds, unless the application has its own (api-management 1.13). */
export const defaultLifetimeSeconds = 3600;

/** Of a refresh token, in seconds. */
export const refreshLifetimeSeconds = 86_400;
