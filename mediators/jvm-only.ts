import { defineMediator, type MediatorDefinition } from './mediator.js';

/** A mediator of the reference engine that needs a Java machine, or a service that only it has (mediators 1, 11, 12). */
interface Foreign {
  readonly name: string;
  readonly namespace?: string;
  readonly attributes?: readonly string[];
  /** What it needs, as the end of "… needs". */
  readonly needs: string;
  /** The way out. */
  readonly hint: string;
}

const port = 'port the class with defineMediator and name it by <class name="…">, or use a <script>';

const foreign: readonly Foreign[] = [
  { name: 'spring', attributes: ['bean', 'key'], needs: 'a Spring container', hint: port },
  {
    name: 'bean',
    attributes: ['action', 'var', 'class', 'property', 'value', 'target', 'replace'],
    needs: 'Java beans',
    hint: 'keep values in properties or variables, and compute with <script>',
  },
  {
    name: 'ejb',
    attributes: ['beanstalk', 'class', 'method', 'stateful', 'id', 'remove', 'jndiName', 'target'],
    needs: 'an EJB container',
    hint: 'expose the bean over HTTP and <call> it',
  },
  {
    name: 'rule',
    namespace: 'http://wso2.org/carbon/rules',
    needs: 'the Drools rule engine',
    hint: 'write the rules as <filter> and <switch>, or as a <script>',
  },
  {
    name: 'smooks',
    attributes: ['config-key', 'persistence-unit'],
    needs: 'the Smooks library',
    hint: 'transform with <payloadFactory>, <xslt> or a <script>',
  },
  { name: 'pojoCommand', attributes: ['name'], needs: 'Java command classes', hint: port },
  { name: 'annotatedCommand', attributes: ['name'], needs: 'Java command classes', hint: port },
  {
    name: 'kerberosService',
    attributes: ['spn', 'clientPrincipal', 'password', 'krb5Config', 'loginConfig', 'loginContextName'],
    needs: "the Kerberos login of Java's JAAS",
    hint: 'authenticate with OAuth 2.0 or basic authentication on the endpoint',
  },
  {
    name: 'dataServiceCall',
    attributes: ['serviceName'],
    needs: 'the data services engine',
    hint: 'query the database with <dblookup>, or <call> a data service over HTTP',
  },
];

/** Mediators that are known and refused, each with the way out. */
export const jvmOnly: readonly MediatorDefinition[] = foreign.map(({ name, namespace, attributes = [], needs, hint }) =>
  defineMediator({
    name,
    ...(namespace === undefined ? {} : { namespace }),
    summary: `Refused at deploy: it needs ${needs}.`,
    attributes: Object.fromEntries(attributes.map((attribute) => [attribute, { description: 'Without effect.' }])),
    compile: (element) =>
      element.fail('needs-jvm', `<${element.node.nodeName}> cannot run here: it needs ${needs}`, { hint }),
  }),
);
