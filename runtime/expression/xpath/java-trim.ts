/** Java's `String.trim`: everything up to the blank, at both ends. */
export const javaTrim = (text: string): string => text.replace(/^[\0- ]+|[\0- ]+$/g, '');
