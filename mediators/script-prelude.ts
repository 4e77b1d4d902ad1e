/** Whose `mc` a script expects; they differ in a few answers (mediators 6.11). */
export type ScriptEngine = 'graal' | 'nashorn' | 'rhino';

/**
 * The `mc` object as seen inside the sandbox, made anew for every run. It holds no state of the message but what the
 * script has read as JSON; everything else is asked for through `host`.
 */
export const scriptPrelude = (engine: ScriptEngine): string => `
  const engine = ${JSON.stringify(engine)};
  const reference = (address) => address === null ? null : { getAddress: () => address, toString: () => address };
  const named = (name) => name === null ? null : { getName: () => name, toString: () => name };
  const text = (value) => value === null || value === undefined ? null : String(value);
  const address = (value) => value && value.getAddress ? value.getAddress() : text(value);
  const logger = {};
  for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal']) {
    logger[level] = (value) => { host('log', level.toUpperCase(), text(value)); };
  }
  const keySet = (keys) => Object.assign(keys, {
    size: () => keys.length,
    contains: (key) => keys.includes(key),
    toArray: () => [...keys],
    iterator: () => { let at = 0; return { hasNext: () => at < keys.length, next: () => keys[at++] }; },
  });
  const makeContext = () => {
    let json;
    const getPayloadJSON = () => {
      if (json === undefined) json = { value: host('payloadJson') };
      return json.value;
    };
    const setPayloadJSON = (value) => {
      const written = engine === 'rhino' && typeof value === 'string' ? value : JSON.stringify(value);
      json = undefined;
      host('setPayloadJson', written === undefined ? 'null' : written);
    };
    const mc = {
      getPayloadJSON, setPayloadJSON,
      getPayloadXML: () => host('payloadXml'),
      setPayloadXML: (value) => { host('setPayloadXml', text(value)); },
      getPayloadText: () => host('payloadText'),
      getJsonText: () => engine === 'nashorn' ? '{}' : host('payloadText'),
      getEnvelopeXML: () => host('envelope'),
      getEnvelope: () => host('envelope'),
      getMessageString: () => host('envelope'),
      setEnvelope: (value) => { host('setEnvelope', text(value)); },
      getProperty: (name) => host('property', text(name)),
      setProperty: (name, value, scope) => { host('setProperty', text(name), value, text(scope)); },
      removeProperty: (name, scope) => { host('removeProperty', text(name), text(scope)); },
      getPropertyKeySet: () => keySet(host('propertyNames')),
      getVariable: (name) => host('variable', text(name)),
      setVariable: (name, value) => { host('setVariable', text(name), value); },
      removeVariable: (name) => { host('removeVariable', text(name)); },
      getVariableKeySet: () => keySet(host('variableNames')),
      addHeader: (mustUnderstand, value) => { host('addHeader', mustUnderstand === true, text(value)); },
      getSoapAction: () => host('address', 'soapAction'),
      setSoapAction: (value) => { host('setAddress', 'soapAction', text(value)); },
      getWSAAction: () => host('address', 'action'),
      setWSAAction: (value) => { host('setAddress', 'action', text(value)); },
      getMessageID: () => host('messageId'),
      setMessageID: (value) => { host('setMessageId', text(value)); },
      getWSAMessageID: () => host('messageId'),
      setWSAMessageID: (value) => { host('setMessageId', text(value)); },
      getRelatesTo: () => host('address', 'relatesTo'),
      setRelatesTo: (value) => { host('setAddress', 'relatesTo', text(value)); },
      isResponse: () => host('flag', 'response'),
      setResponse: (value) => { host('setResponse', value === true); },
      isFaultResponse: () => host('flag', 'fault'),
      setFaultResponse: () => {},
      isDoingPOX: () => host('flag', 'pox'), setDoingPOX: () => {},
      isDoingGET: () => host('flag', 'get'), setDoingGET: () => {},
      isDoingMTOM: () => false, setDoingMTOM: () => {},
      isDoingSWA: () => false, setDoingSWA: () => {},
      isSOAP11: () => host('flag', 'soap11'),
      getEntry: (key) => host('entry', text(key)),
      getLocalEntry: (key) => host('entry', text(key)),
      getSequence: (key) => named(host('sequence', text(key))),
      getEndpoint: (key) => named(host('endpoint', text(key))),
      getMainSequence: () => named(host('sequence', 'main')),
      getFaultSequence: () => named(host('sequence', 'fault')),
      getSequenceTemplate: (key) => named(host('template', text(key))),
      getDefaultConfiguration: (key) => host('entry', text(key)),
      getContextEntries: () => ({}), setContextEntries: () => {},
      getTracingState: () => 2, setTracingState: () => {},
      getMessageFlowTracingState: () => 2, setMessageFlowTracingState: () => {},
      isContinuationEnabled: () => true, setContinuationEnabled: () => {},
      parseXml: (value) => host('parseXml', text(value)),
      getParsedOMElement: (value) => host('parseXml', text(value)),
      getXpathResult: (value) => host('xpath', text(value)),
      getServiceLog: () => logger,
      getFaultStack: () => { const size = host('faults'); return { size: () => size, isEmpty: () => size === 0 }; },
    };
    for (const [name, field] of [['To', 'to'], ['From', 'from'], ['ReplyTo', 'replyTo'], ['FaultTo', 'faultTo']]) {
      mc['get' + name] = () => reference(host('address', field));
      mc['set' + name] = (value) => { host('setAddress', field, address(value)); };
    }
    return mc;
  };
  const console = { log: logger.info, info: logger.info, debug: logger.debug, warn: logger.warn, error: logger.error };
  return () => ({
    mc: makeContext(),
    print: (...values) => { logger.info(values.join(' ')); },
    console,
    __arguments: () => host('arguments'),
    __result: (value) => { host('result', value === undefined ? null : value); },
  });
`;
