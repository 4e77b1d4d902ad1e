import { buildBadgerfish, buildMapped } from './alternative-json.js';
import { buildBinary } from './binary.js';
import type { Builder } from './builder.js';
import { buildForm } from './form.js';
import { buildJson } from './json.js';
import { buildMultipart } from './multipart.js';
import { buildRelated } from './related.js';
import { buildSoap } from './soap.js';
import { buildText } from './text.js';
import { buildXml } from './xml.js';

/** Builders by media type (message-model 5.2). `text/xml` is XML while doing REST, which the selection decides. */
const builders = new Map<string, Builder>([
  ['application/xml', buildXml],
  ['text/xml', buildSoap],
  ['application/soap+xml', buildSoap],
  ['application/json', buildJson],
  ['application/x-www-form-urlencoded', buildForm],
  ['multipart/form-data', buildMultipart],
  ['multipart/related', buildRelated],
  ['text/plain', buildText],
  ['application/octet-stream', buildBinary],
  ['application/binary', buildBinary],
  ['application/json/badgerfish', buildBadgerfish],
  ['text/javascript', buildMapped],
]);

/** The builder of a media type: as written, else in lower case (message-model 5.1 step 6). */
export function builderOf(mediaType: string): Builder | undefined {
  return builders.get(mediaType) ?? builders.get(mediaType.toLowerCase());
}
