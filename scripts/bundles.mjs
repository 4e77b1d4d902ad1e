// Says of every Apigee bundle below the given paths whether it can be deployed, and if not, why: npm run bundles -- PATH…
import { reportBundles } from '../dist/runtime/deploy/apigee/bundle-report.js';

const paths = process.argv.slice(2);
if (paths.length === 0) {
  console.error('usage: npm run bundles -- PATH…');
  process.exit(2);
}
let deployable = 0;
let refused = 0;
for (const { location, kind, problems } of paths.flatMap((path) => reportBundles(path))) {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) deployable++;
  else refused++;
  console.log(
    `${errors.length === 0 ? 'deployable' : 'refused   '} ${location}${kind === 'apiproxy' ? '' : ' (shared flow)'}`,
  );
  for (const { file, line, column, message, hint } of errors) {
    console.log(`           ${file}:${line}:${column} ${message}${hint ? ` (${hint})` : ''}`);
  }
}
console.log(`${deployable} of ${deployable + refused} bundles can be deployed`);
