/** A text that is no well-formed XML. Line and column count from 1. */
export class XmlError extends Error {
  constructor(
    message: string,
    readonly line: number,
    readonly column: number,
  ) {
    super(message);
    this.name = 'XmlError';
  }
}

/** A document type, which is refused wherever it stands (message-model 5.3). */
export class DoctypeError extends XmlError {}
