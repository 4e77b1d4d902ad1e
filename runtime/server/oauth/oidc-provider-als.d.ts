/** The storage of oidc-provider's context, which its own types leave out. */
declare module 'oidc-provider/lib/helpers/als.js' {
  import type { AsyncLocalStorage } from 'node:async_hooks';

  const storage: AsyncLocalStorage<unknown>;
  // biome-ignore lint/style/noDefaultExport: it is what the package exports
  export default storage;
}
