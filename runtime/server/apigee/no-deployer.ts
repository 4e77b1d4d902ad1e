import type { BundleDeployer } from './model/deployer.js';

/** In the place of the engine where none runs bundles: everything can be managed, nothing is deployed. */
export const noDeployer: BundleDeployer = {
  async compile({ name }) {
    const message = 'This server does not run Apigee bundles.';
    return { problems: [{ file: name, line: 1, column: 1, severity: 'error', code: 'no-engine', message }] };
  },
  deploy() {},
  undeploy() {},
};
