import { readFileSync } from 'node:fs';
import type { SocketOptions } from 'amqplib';
import type { Environment } from '../../message/message.js';
import type { Parameters } from '../parameters.js';
import type { BrokerSettings } from './rabbitmq-connection.js';

const store = 'store.rabbitmq';
const ssl = 'rabbitmq.connection.ssl';
const retryInterval = 'rabbitmq.connection.retry.interval';
const retryCount = 'rabbitmq.connection.retry.count';

/** Parameters of a store on RabbitMQ (artifacts 2.7). */
export const brokerParameters: readonly string[] = [
  ...['host.name', 'host.port', 'username', 'password', 'virtual.host', 'queue.name', 'exchange.name', 'route.key'].map(
    (name) => `${store}.${name}`,
  ),
  retryInterval,
  retryCount,
  ...['enabled', 'version'].map((name) => `${ssl}.${name}`),
  ...['keystore', 'truststore'].flatMap((which) =>
    ['location', 'type', 'password'].map((name) => `${ssl}.${which}.${name}`),
  ),
];

/** Time to connect, ms. */
const timeout = 10_000;

/** Idle connections are checked this often, s: one that is lost is noticed. */
const heartbeat = 30;

/** Reads them at deploy; secrets of the vault when the store connects. @throws ConfigurationError */
export function brokerSettings(parameters: Parameters, name: string): (environment: Environment) => BrokerSettings {
  const text = (part: string) => parameters.text(`${store}.${part}`);
  const encrypted = parameters.flag(`${ssl}.enabled`, false);
  const port = parameters.integer(`${store}.host.port`, encrypted ? 5671 : 5672);
  const user = parameters.secret(`${store}.username`);
  const password = parameters.secret(`${store}.password`);
  const tls = encrypted ? tlsOptions(parameters) : () => ({});
  const queue = text('queue.name') ?? name;
  const exchange = text('exchange.name');
  const routeKey = text('route.key') ?? queue;
  const retries = parameters.integer(retryCount, 3);
  const interval = parameters.integer(retryInterval, 30_000);
  return (environment) => ({
    server: {
      protocol: encrypted ? 'amqps' : 'amqp',
      hostname: text('host.name') ?? 'localhost',
      port,
      username: user(environment) ?? 'guest',
      password: password(environment) ?? 'guest',
      vhost: text('virtual.host') ?? '/',
      heartbeat,
    },
    socket: { ...tls(environment), timeout, clientProperties: { product: 'mediant' } },
    queue,
    exchange,
    routeKey,
    retries,
    retryInterval: interval,
  });
}

/** Node reads PKCS12 and PEM; a key store in Java's own format has to be converted. */
function tlsOptions(parameters: Parameters): (environment: Environment) => SocketOptions {
  const keystore = parameters.text(`${ssl}.keystore.location`);
  const truststore = parameters.text(`${ssl}.truststore.location`);
  if (keystore !== undefined && parameters.text(`${ssl}.keystore.type`)?.toUpperCase() === 'JKS') {
    const hint = `keytool -importkeystore -srckeystore ${keystore} -destkeystore client.p12 -deststoretype PKCS12`;
    parameters.refuse(`${ssl}.keystore.type`, 'A key store of type JKS cannot be read here: PKCS12 is', hint);
  }
  if (truststore !== undefined && !/\.(?:pem|crt|cer)$/i.test(truststore)) {
    const hint = `write its certificates to a PEM file: keytool -list -rfc -keystore ${truststore} > trusted.pem`;
    parameters.refuse(`${ssl}.truststore.location`, 'A trust store has to be a PEM file (.pem, .crt) here', hint);
  }
  const password = parameters.secret(`${ssl}.keystore.password`);
  return (environment) => {
    const passphrase = password(environment);
    return {
      ...(keystore === undefined ? {} : { pfx: readFileSync(keystore) }),
      ...(passphrase === undefined ? {} : { passphrase }),
      ...(truststore === undefined ? {} : { ca: readFileSync(truststore) }),
    };
  };
}
