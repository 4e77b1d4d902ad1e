/** What marks the mediators that are put in: they do not count for coverage (artifacts 5.2). */
export const injectedMark = 'synapse.unittest.injected';

/**
 * A sequence or sequence template as a unit test runs it: its calls wait for their answers as blocking calls do, and go
 * to the endpoint's own path in its own encoding (artifacts 5.2). Lines stay where they are.
 */
export function withBlockingCalls(xml: string): string {
  return xml.replace(
    /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<([\w.-]+:)?call(?=[\s/>])([^>"']|"[^"]*"|'[^']*')*>/g,
    (tag, prefix: string | undefined) => (tag.startsWith('<!') ? tag : blockingCall(tag, prefix ?? '')),
  );
}

function blockingCall(tag: string, prefix: string): string {
  const blocking = /\sblocking\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(tag);
  if ((blocking?.[1] ?? blocking?.[2])?.toLowerCase() === 'true') return tag;
  const rest = blocking ? tag.replace(blocking[0], '') : tag;
  const name = `<${prefix}call`;
  const property = (attributes: string) =>
    `<${prefix}property name=${attributes} scope="axis2" metadata="${injectedMark}"/>`;
  return `${property('"REST_URL_POSTFIX" action="remove"')}${property('"setCharacterEncoding" value="false"')}${name} blocking="true"${rest.slice(name.length)}`;
}
