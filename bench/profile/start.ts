/** `mediant` out of its single modules instead of the bundle, so that a profile names the files. */
import { main } from '../../runtime/cli/main.js';

process.exitCode = await main(process.argv.slice(2));
