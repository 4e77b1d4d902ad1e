import assert from 'node:assert/strict';
import { Deployed } from '../../runtime/deploy/deployed.js';
import { MemoryRegistry } from '../../runtime/deploy/memory-registry.js';

const flow = `<sequence xmlns="http://ws.apache.org/ns/synapse" name="s">
<log/><Script language="js">1</Script>
<filter xpath="true()"><then><class name="a.B"/><script language="js">1</script><script language="js">2</script></then></filter>
</sequence>`.replace(/Script/g, 'script');

describe('mediators 2.1: access control of mediators', () => {
  for (const [what, mode, list, expected] of [
    ['none', undefined, 'log', []],
    ['an unknown mode is none', 'deny', 'log', []],
    ['a block list, in any case and with blanks', 'BLOCK_LIST', ' Script , class', ['2 script', '3 class, script']],
    ['an empty block list blocks nothing', 'block_list', '', []],
    ['an allow list', 'allow_list', 'log,filter,script', ['3 class']],
    ['an empty allow list blocks everything', 'allow_list', '', ['2 log, script, filter', '3 class, script']],
  ] as const) {
    it(`${what}: one problem for each list that has blocked mediators`, () => {
      const properties = new Map([['synapse.mediators.access.control.list', list as string]]);
      if (mode !== undefined) properties.set('synapse.mediators.access.control.mode', mode);
      const deployed = new Deployed({
        registry: new MemoryRegistry(),
        logger: { enabled: () => false, log: () => undefined },
        properties,
      });
      const { artifacts, problems } = deployed.compile(flow, 's.xml');
      const blocked = problems.filter(({ code }) => code === 'blocked-mediator');
      assert.deepEqual(
        blocked.map(
          ({ line, message }) => `${line} ${message.replace('These mediators are blocked on this server: ', '')}`,
        ),
        expected,
      );
      if (expected.length > 0) assert.equal(artifacts.length, 0);
    });
  }
});
