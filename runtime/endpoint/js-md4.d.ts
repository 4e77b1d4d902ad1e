/** The part of js-md4 that NTLM uses; the package has no types of its own. */
declare module 'js-md4' {
  interface Md4 {
    /** MD4 of the bytes. */
    arrayBuffer(message: Uint8Array): ArrayBuffer;
  }

  const md4: Md4;
  // biome-ignore lint/style/noDefaultExport: so the package exports it
  export default md4;
}
