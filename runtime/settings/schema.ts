import { z } from 'zod';
import {
  address,
  databaseUrl,
  hostList,
  list,
  oneOf,
  optionalPort,
  port,
  redisUrl,
  text,
  wholeNumber,
  yesOrNo,
} from './kinds.js';

/** What a setting is to a user, beside its values. */
export interface SettingNotes {
  /** Word for the value in `--help`; absent for a switch. */
  argument?: string;
  description: string;
  /** How the default is shown when it is not the value itself. */
  shownDefault?: string;
  /** Never printed: `url` hides the password of a URL, `whole` everything. */
  secret?: 'url' | 'whole';
  /** False: no flag, because a command line is visible to every user of the machine, or because it is rarely set. */
  flag?: false;
  /** False: no key in deployment.toml. */
  file?: false;
  /** The flag may be given several times. */
  repeatable?: true;
  /** The key of WSO2's own deployment.toml that means the same, read when `[mediant]` does not have it. */
  wso2Key?: readonly string[];
}

/** Notes of every setting of `settingsSchema`. */
export const settingNotes = z.registry<SettingNotes>();

function setting<Schema extends z.ZodType>(schema: Schema, notes: SettingNotes): Schema {
  settingNotes.add(schema, notes);
  return schema;
}

/**
 * All settings of `mediant start` (product 1). From this one schema come the flags and `--help`, the environment
 * variables, the keys of deployment.toml, the checks, `--print-config` and docs/configuration.md.
 */
export const settingsSchema = z.object({
  home: setting(text.default('./.mediant'), {
    argument: 'DIR',
    description:
      'state: store, keys, registry, uploaded artifacts, deployment.toml; created at the first start, mode 0700',
    file: false,
  }),
  deploy: setting(list.default([]), {
    argument: 'PATH',
    description:
      'artifacts to run and watch: an MI server folder, a synapse-configs/default folder, an MI project, a folder of XML files and .car files, or one file',
    shownDefault: 'none',
    repeatable: true,
  }),
  httpPort: setting(port.default(8280), {
    argument: 'PORT',
    description: 'gateway, http',
    wso2Key: ['transport', 'http', 'listener', 'port'],
  }),
  httpsPort: setting(port.default(8243), {
    argument: 'PORT',
    description: 'gateway, https',
    wso2Key: ['transport', 'http', 'listener', 'secured_port'],
  }),
  adminPort: setting(port.default(9443), {
    argument: 'PORT',
    description: 'publisher, devportal, admin REST, OAuth2, console, https',
  }),
  adminHttpPort: setting(optionalPort().optional(), {
    argument: 'PORT',
    description: 'the same as --admin-port without TLS, for local use and tests',
    shownDefault: 'off',
  }),
  managementPort: setting(port.default(9164), { argument: 'PORT', description: 'MI management API, https' }),
  internalPort: setting(port.default(9201), { argument: 'PORT', description: 'probes and metrics, http' }),
  portOffset: setting(wholeNumber(0, 65_535).default(0), {
    argument: 'N',
    description: 'added to every port but 0; port 0 means any free port',
    wso2Key: ['server', 'offset'],
  }),
  socketTimeout: setting(wholeNumber(0, 86_400_000).default(180_000), {
    argument: 'MS',
    description: 'milliseconds after which a gateway connection on which nothing moves is closed; 0 means never',
    wso2Key: ['transport', 'http', 'socket_timeout'],
  }),
  host: setting(address.default('0.0.0.0'), { argument: 'ADDRESS', description: 'bind address of the gateway' }),
  adminHost: setting(address.default('127.0.0.1'), {
    argument: 'ADDRESS',
    description: 'bind address of the admin, management and internal ports',
  }),
  database: setting(databaseUrl.optional(), {
    argument: 'URL',
    description: 'store: file:PATH, or postgres://…',
    shownDefault: 'file:<home>/mediant.db',
    secret: 'url',
  }),
  redis: setting(redisUrl.optional(), {
    argument: 'URL',
    description: 'access tokens of backends shared by several nodes',
    shownDefault: 'none',
    secret: 'url',
  }),
  outboundAllow: setting(hostList.default(['*']), {
    argument: 'LIST',
    description:
      'hosts, host patterns (*.example.com) and CIDR blocks that flows and scripts may call; the resolved address is checked, also after a redirect',
    shownDefault: 'all',
    repeatable: true,
  }),
  outboundDeny: setting(hostList.default(['169.254.0.0/16', 'fd00:ec2::254']), {
    argument: 'LIST',
    description:
      "what flows and scripts may never call; wins over --outbound-allow; Mediant's own admin, management and internal listeners are always denied",
    repeatable: true,
  }),
  module: setting(list.default([]), {
    argument: 'FILE',
    description: "JavaScript module with mediators of one's own, ports of Java class mediators among them",
    shownDefault: 'none',
    repeatable: true,
  }),
  trustedScripts: setting(yesOrNo.default(false), {
    description:
      'scripts of the files given to --deploy run inside the process instead of the sandbox: fast, and without limits of time and memory; uploaded scripts never do',
    shownDefault: 'off',
  }),
  sampleOrganization: setting(yesOrNo.default(false), {
    description: "Apigee side: a fresh organisation with the tutorial's proxies, product, developer and app",
    shownDefault: 'off',
  }),
  workers: setting(wholeNumber(1, 256).default(1), {
    argument: 'N',
    description: 'gateway processes sharing the ports',
  }),
  logFormat: setting(oneOf(['text', 'json'], 'lower').optional(), {
    argument: 'FORMAT',
    description: 'text or json',
    shownDefault: 'text on a terminal, else json',
  }),
  logLevel: setting(oneOf(['FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE'], 'upper').default('INFO'), {
    argument: 'LEVEL',
    description: 'FATAL, ERROR, WARN, INFO, DEBUG or TRACE',
  }),
  tlsCertificate: setting(text.optional(), {
    argument: 'FILE',
    description: 'certificate chain of the https ports, PEM',
    shownDefault: 'self-signed, generated into <home>/tls.pem',
    flag: false,
  }),
  tlsKey: setting(text.optional(), {
    argument: 'FILE',
    description: 'private key of that certificate, PEM',
    shownDefault: 'generated into <home>/tls.pem',
    flag: false,
  }),
  adminPassword: setting(text.optional(), {
    argument: 'PASSWORD',
    description: 'password of the administrator `admin`, taken at the first start',
    shownDefault: 'generated and printed once',
    secret: 'whole',
    flag: false,
    file: false,
  }),
  secretKey: setting(text.optional(), {
    argument: 'KEY',
    description: 'key that encrypts the secrets of the store: 32 bytes in base64 or hexadecimal',
    shownDefault: 'generated into <home>/secret.key',
    secret: 'whole',
    flag: false,
    file: false,
  }),
});

/** Checked settings. `undefined` where the default is "none", "off" or made at the start. */
export type Settings = z.output<typeof settingsSchema>;
export type SettingName = keyof Settings;

/** One setting with the names it has for each source. */
export interface SettingEntry extends SettingNotes {
  name: SettingName;
  /** `--http-port`; undefined where there is no flag. */
  flagName: string | undefined;
  /** `MEDIANT_HTTP_PORT` */
  variable: string;
  /** Key of the `[mediant]` table, `http_port`; undefined where the file cannot set it. */
  fileKey: string | undefined;
  /** The default as shown. */
  defaultText: string;
}

/** All settings in the order in which they are documented. */
export const settingEntries: readonly SettingEntry[] = Object.entries(settingsSchema.shape).map(([name, schema]) => {
  const notes = settingNotes.get(schema);
  if (notes === undefined) throw new Error(`setting ${name} has no notes`);
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).split(' ');
  return {
    ...notes,
    name: name as SettingName,
    flagName: notes.flag === false ? undefined : `--${words.join('-')}`,
    variable: `MEDIANT_${words.join('_').toUpperCase()}`,
    fileKey: notes.file === false ? undefined : words.join('_'),
    defaultText: notes.shownDefault ?? [settingsSchema.shape[name as SettingName].parse(undefined)].flat().join(', '),
  };
});
