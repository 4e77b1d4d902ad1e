import { aggregate } from './aggregate.js';
import { bam } from './bam.js';
import { builder } from './builder.js';
import { cache } from './cache.js';
import { call } from './call.js';
import { callTemplate } from './call-template.js';
import { callout } from './callout.js';
import { classMediator } from './class.js';
import { clone } from './clone.js';
import { comment } from './comment.js';
import { conditionalRouter } from './conditional-router.js';
import { datamapper } from './datamapper.js';
import { dblookup } from './dblookup.js';
import { dbreport } from './dbreport.js';
import { detach } from './detach.js';
import { drop } from './drop.js';
import { enqueue } from './enqueue.js';
import { enrich } from './enrich.js';
import { entitlementService } from './entitlement-service.js';
import { event } from './event.js';
import { eventPublisher } from './event-publisher.js';
import { fastXslt } from './fast-xslt.js';
import { filter } from './filter.js';
import { foreach } from './foreach.js';
import { header } from './header.js';
import { inMediator } from './in.js';
import { iterate } from './iterate.js';
import { jsontransform } from './jsontransform.js';
import { jvmOnly } from './jvm-only.js';
import { log } from './log.js';
import { loopback } from './loopback.js';
import { makefault } from './makefault.js';
import type { MediatorDefinition } from './mediator.js';
import { ntlm } from './ntlm.js';
import { oauthService } from './oauth-service.js';
import { oauthToken } from './oauth-token.js';
import { opa } from './opa.js';
import { outMediator } from './out.js';
import { payloadFactory } from './payload-factory.js';
import { property } from './property.js';
import { propertyGroup } from './property-group.js';
import { publishEvent } from './publish-event.js';
import { replace } from './replace.js';
import { respond } from './respond.js';
import { rewrite } from './rewrite.js';
import { router } from './router.js';
import { rules } from './rules.js';
import { sampler } from './sampler.js';
import { scatterGather } from './scatter-gather.js';
import { script } from './script.js';
import { send } from './send.js';
import { sequence } from './sequence.js';
import { store } from './store.js';
import { switchMediator } from './switch.js';
import { throttle } from './throttle.js';
import { throwError } from './throw-error.js';
import { transaction } from './transaction.js';
import { validate } from './validate.js';
import { variable } from './variable.js';
import { xquery } from './xquery.js';
import { xslt } from './xslt.js';

/** Every mediator; adding one adds its line here. */
export const mediators: readonly MediatorDefinition[] = [
  aggregate,
  bam,
  builder,
  cache,
  call,
  callTemplate,
  callout,
  classMediator,
  clone,
  comment,
  conditionalRouter,
  datamapper,
  dblookup,
  dbreport,
  detach,
  drop,
  enqueue,
  enrich,
  entitlementService,
  event,
  eventPublisher,
  fastXslt,
  filter,
  foreach,
  header,
  inMediator,
  iterate,
  jsontransform,
  log,
  loopback,
  makefault,
  oauthToken,
  ntlm,
  oauthService,
  opa,
  outMediator,
  payloadFactory,
  property,
  propertyGroup,
  publishEvent,
  replace,
  respond,
  rewrite,
  router,
  rules,
  sampler,
  scatterGather,
  script,
  send,
  sequence,
  store,
  switchMediator,
  throttle,
  throwError,
  transaction,
  validate,
  variable,
  xquery,
  xslt,
  ...jvmOnly,
];
