/** Marks a key that starts with a digit, which no XML name may (message-model 4.4 rule 7). */
const DIGIT_MARK = '_JsonReader_PD_';
/** Stands for the `$` that a key starts with. */
const DOLLAR_MARK = '_JsonReader_PS_';
const CODE_MARK = /_JsonReader_([0-9]+)_/g;
const NAME_START = /[\p{L}_]/u;
const NAME_PART = /[\p{L}\p{N}\p{M}_.\-\u00b7]/u;

/** The element name of a JSON key (message-model 4.4 rules 7 and 9). */
export function elementName(key: string, validNames: boolean): string {
  const first = key.charCodeAt(0);
  let name = key;
  if (first >= 48 && first <= 57) name = DIGIT_MARK + key;
  else if (first === 36 && key.length > 1) name = DOLLAR_MARK + key.slice(1);
  return validNames ? encodeIllegal(name) : name;
}

/** The JSON key of an element name: {@link elementName} backwards (message-model 4.5 rule 9). */
export function keyOfElement(name: string, validNames: boolean): string {
  if (!name.includes('_JsonReader_')) return name;
  let key = name;
  if (name.startsWith(DIGIT_MARK)) key = name.slice(DIGIT_MARK.length);
  else if (name.startsWith(DOLLAR_MARK)) key = `$${name.slice(DOLLAR_MARK.length)}`;
  if (!validNames) return key;
  return key.replace(CODE_MARK, (found, code: string) =>
    Number(code) <= 0x10ffff ? String.fromCodePoint(Number(code)) : found,
  );
}

/** Takes both marks out of a text, wherever they stand, as the form formatter does (message-model 5.7). */
export function withoutMarks(text: string): string {
  if (!text.includes('_JsonReader_')) return text;
  return text.replaceAll(DIGIT_MARK, '').replaceAll(DOLLAR_MARK, '$');
}

function encodeIllegal(name: string): string {
  let encoded = '';
  for (const character of name) {
    const legal = (encoded === '' ? NAME_START : NAME_PART).test(character);
    encoded += legal ? character : `_JsonReader_${character.codePointAt(0)}_`;
  }
  return encoded;
}
