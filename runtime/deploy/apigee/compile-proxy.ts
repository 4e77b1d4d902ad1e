import { attributeText, childText } from '../../apigee/configured.js';
import type { ProxyEndpoint, RouteRule } from '../../apigee/proxy-endpoint.js';
import type { TargetEndpoint } from '../../apigee/target/target.js';
import type { ConfigElement } from '../../configuration/element.js';
import { childrenNamed, compileFlows, looksAtContentAfterwards } from './compile-endpoint.js';
import type { StepCompiler } from './compile-steps.js';
import { compileUrlTarget } from './compile-target.js';

/** Compiles a ProxyEndpoint. @throws ConfigurationError when it cannot be deployed */
export function compileProxyEndpoint(
  element: ConfigElement,
  targets: ReadonlyMap<string, TargetEndpoint | undefined>,
  compiler: StepCompiler,
): ProxyEndpoint {
  const flows = compileFlows(element, compiler, 'upwards');
  const connection = element.element('HTTPProxyConnection');
  const postClient = childrenNamed(element, 'PostClientFlow');
  return {
    ...flows,
    basePath: basePath(connection),
    listens: listens(connection),
    routeRules: childrenNamed(element, 'RouteRule').flatMap(
      (rule) => compiler.attempt(() => routeRule(rule, targets, compiler)) ?? [],
    ),
    postClientFlow: compiler.steps(postClient.flatMap((part) => childrenNamed(part, 'Response'))),
    looksAtContentAfterwards: looksAtContentAfterwards(flows),
  };
}

/** With a leading slash and without one at the end; `/` is the root. */
function basePath(connection: ConfigElement | undefined): string {
  const text = (connection && childText(connection, 'BasePath')) ?? '/';
  const trimmed = `/${text.replace(/^\/+|\/+$/g, '')}`;
  if (/[?#\s]|\/\//.test(trimmed) || /\*[^/]|[^/]\*/.test(trimmed)) {
    return (connection?.element('BasePath') ?? (connection as ConfigElement)).fail(
      'bad-value',
      `"${text}" is no base path; a wildcard is a whole element, as in /v1/*/orders`,
    );
  }
  return trimmed;
}

/** The virtual hosts `default` and `secure` are plain HTTP and TLS; others, and none at all, are both. */
function listens(connection: ConfigElement | undefined): { http: boolean; https: boolean } {
  const names = childrenNamed(connection, 'VirtualHost').map((host) => host.text.trim().toLowerCase());
  const others = names.some((name) => name !== '' && name !== 'default' && name !== 'secure');
  const all = others || names.every((name) => name === '');
  return { http: all || names.includes('default'), https: all || names.includes('secure') };
}

function routeRule(
  element: ConfigElement,
  targets: ReadonlyMap<string, TargetEndpoint | undefined>,
  compiler: StepCompiler,
): RouteRule {
  const name = attributeText(element, 'name') ?? '';
  const condition = compiler.condition(element);
  const targetName = childText(element, 'TargetEndpoint');
  const url = element.element('URL');
  if (targetName === undefined) {
    const target = url && childText(element, 'URL') !== undefined ? compileUrlTarget(url, compiler) : undefined;
    return { name, condition, target };
  }
  if (!targets.has(targetName)) {
    const known = [...targets.keys()].join(', ') || 'none';
    (element.element('TargetEndpoint') ?? element).fail('missing-target', `The bundle has no target ${targetName}`, {
      hint: `its targets are ${known}`,
    });
  }
  return { name, condition, target: targets.get(targetName) };
}
