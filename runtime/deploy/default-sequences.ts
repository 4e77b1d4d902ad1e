import { SYNAPSE_NAMESPACE } from '../configuration/element.js';
import type { Sequence } from '../message/message.js';
import { compileArtifact } from './compile-artifact.js';
import type { MediatorCatalogue } from './compile-list.js';

/** The sequences that a server has before anything is deployed (artifacts 1.9, 2.1; message-model 6.3). */
const texts: Readonly<Record<string, string>> = {
  main: `<log level="custom"><property name="main sequence executed for call to non-existent" expression="get-property('To')"/></log>
    <property name="NO_ENTITY_BODY" scope="axis2" value="true" type="BOOLEAN"/>
    <property name="HTTP_SC" scope="axis2" value="404"/>
    <respond/>`,
  fault: `<log level="full">
      <property name="MESSAGE" value="Executing default 'fault' sequence"/>
      <property name="ERROR_CODE" expression="get-property('ERROR_CODE')"/>
      <property name="ERROR_MESSAGE" expression="get-property('ERROR_MESSAGE')"/>
    </log>
    <drop/>`,
};

/** Compiles the default `main` and `fault` sequences. */
export function defaultSequences(catalogue: MediatorCatalogue): ReadonlyMap<string, Sequence> {
  return new Map(
    Object.entries(texts).map(([name, steps]) => {
      const text = `<sequence xmlns="${SYNAPSE_NAMESPACE}" name="${name}">${steps}</sequence>`;
      const { artifacts, problems } = compileArtifact(text, `built-in ${name} sequence`, catalogue);
      const artifact = artifacts[0];
      if (artifact?.kind !== 'sequence') throw new Error(problems[0]?.message ?? `built-in ${name} does not compile`);
      return [name, artifact.value];
    }),
  );
}
