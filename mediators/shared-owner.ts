import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';

/**
 * What a mediator is called among the processes of a server: by its artifact and place, which are the same in all of
 * them. What they share under that name goes when the artifact is undeployed or replaced.
 */
export function sharedOwner(element: ConfigElement, { artifact, lifetime }: CompileContext): string {
  const owner = `${artifact} ${element.file}:${element.line}:${element.column}`;
  lifetime?.follow({
    begin() {},
    end({ shared, logger }) {
      shared?.drop(owner).catch((error: Error) => logger.log('WARN', 'Workers', `${owner}: ${error.message}`));
    },
  });
  return owner;
}
