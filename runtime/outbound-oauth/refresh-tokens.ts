/** A place where refresh tokens outlive the process, encrypted. Keys are digests of the configuration. */
export interface RefreshTokens {
  load(key: string): Promise<string | undefined>;
  save(key: string, refreshToken: string): Promise<void>;
}
