import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parametersOf, processorKinds } from '../../runtime/deploy/message-processor/compile.js';
import { commonParameters, storeKinds } from '../../runtime/deploy/message-store/compile.js';
import { injectorProperties } from '../../runtime/deploy/task/compile.js';

const page = readFileSync(new URL('../../../docs/message-stores.md', import.meta.url), 'utf8');

/** A name as it stands on the page; the second one of a row may begin with a dot: `a.keystore.location`, `.keystore.type`. */
const isNamed = (name: string): boolean =>
  page.includes(`\`${name}\``) || page.includes(`\`${name.replace(/^rabbitmq\.connection\.ssl/, '')}\``);

describe('docs/message-stores.md', () => {
  const shortName = (className: string) => className.replace(/^org\.apache\.synapse\.message\.store\.impl\./, '');

  it('names every class that runs', () => {
    const classes = [
      ...Object.keys(storeKinds).map(shortName),
      ...Object.keys(processorKinds).filter((name) => name.includes('.impl.')),
    ];
    assert.deepEqual(
      classes.filter((name) => !isNamed(name)),
      [],
    );
  });

  it('names every parameter and property', () => {
    const names = [
      ...commonParameters,
      ...Object.values(storeKinds).flatMap(({ parameters }) => parameters),
      ...Object.values(processorKinds).flatMap(parametersOf),
      ...injectorProperties,
    ];
    assert.deepEqual(
      names.filter((name) => !isNamed(name)),
      [],
    );
  });
});
