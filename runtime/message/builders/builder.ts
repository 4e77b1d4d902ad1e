import type { Message } from '../message.js';

/** What a builder works on. */
export interface BuilderInput {
  readonly bytes: Uint8Array;
  /** The content type as it was received. */
  readonly contentType: string;
  /** Its media type. */
  readonly mediaType: string;
}

/**
 * Fills the payload of the message from the bytes of its body. Throws whatever says that the body does not fit; an
 * XmlError or a charset error becomes ERROR_CODE 601000 (message-model 4.1 step 3).
 */
export type Builder = (message: Message, input: BuilderInput) => void | Promise<void>;
