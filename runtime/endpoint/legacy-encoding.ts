import { percentEncoded, type UriTemplate } from './uri-template.js';

/**
 * The `legacy-encoding:` form of a template (artifacts 3.6): values are form-decoded, the template is expanded, the
 * whole is decoded again, and what may not stand in a URL is quoted anew. A lone `%` goes out as `%25`, where the
 * reference engine fails.
 */
export function expandLegacy(template: UriTemplate, value: (name: string) => string | undefined): string {
  const expanded = template.expand((name) => {
    const text = value(name);
    return text === undefined ? undefined : formDecoded(text);
  });
  const decoded = formDecoded(expanded);
  const [, head = '', path = '', query = ''] = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)?([^?#]*)(.*)$/is.exec(decoded) ?? [];
  return (
    head + quoted(path, /[^A-Za-z0-9_\-!.~'()*:@&=+$,;/]+/g) + quoted(query, /[^A-Za-z0-9_\-!.~'()*:@&=+$,;/?#[\]]+/g)
  );
}

const quoted = (text: string, illegal: RegExp): string => text.replace(illegal, percentEncoded);

/** `+` is a blank, `%XX` a byte of UTF-8; what is no triplet stays as it is. */
function formDecoded(text: string): string {
  return text
    .replaceAll('+', ' ')
    .replace(/(?:%[0-9A-Fa-f]{2})+/g, (triplets) => Buffer.from(triplets.replaceAll('%', ''), 'hex').toString('utf8'));
}
