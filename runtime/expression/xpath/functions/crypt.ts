import { XPathError } from '../focus.js';
import type { XPathFunction } from './function.js';
export const encrypt: XPathFunction = () => {
  throw new XPathError('x');
};
export const decrypt = encrypt;
