/**
 * Which mediators may not be used on this server (mediators 2.1): those of a list, or all but those of a list, by the
 * local names of their elements, in any case.
 * @param property a key of `synapse.properties`
 */
export function mediatorAccess(property: (name: string) => string | undefined): (name: string) => boolean {
  const mode = property('synapse.mediators.access.control.mode')?.trim().toLowerCase();
  if (mode !== 'block_list' && mode !== 'allow_list') return () => false;
  const list = property('synapse.mediators.access.control.list')?.split(',') ?? [];
  const names = new Set(list.map((name) => name.trim().toLowerCase()));
  const isListed = (name: string) => names.has(name.toLowerCase());
  return mode === 'block_list' ? isListed : (name) => !isListed(name);
}
