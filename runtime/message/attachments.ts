/** Namespace of `Include`, which stands for the bytes of an attachment (MTOM). */
export const XOP_NAMESPACE = 'http://www.w3.org/2004/08/xop/include';

/** A part of a multipart/related message beside the root part. */
export interface Attachment {
  /** Content-ID, without the angle brackets. */
  readonly id: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  /** Its base64 text, when it stands in the envelope: an `xop:Include` named it (MTOM). */
  readonly inlined: string | undefined;
}
