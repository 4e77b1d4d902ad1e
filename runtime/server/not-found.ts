import { SYNAPSE_NAMESPACE } from '../configuration/element.js';
import type { Deployed } from '../deploy/deployed.js';

/**
 * `main` of a server that publishes APIs and has no artifact folder: the JSON answer of api-management 1.19 instead of
 * the engine's empty 404. A deployed `main` replaces it.
 */
export function deployNotFoundAnswer(deployed: Deployed): void {
  const body = JSON.stringify({
    code: '404',
    type: 'Status report',
    message: 'Not Found',
    description: 'The requested resource is not available.',
  });
  const text = `<sequence xmlns="${SYNAPSE_NAMESPACE}" name="main">
    <property name="HTTP_SC" scope="axis2" value="404"/>
    <payloadFactory media-type="json"><format>${body}</format><args/></payloadFactory>
    <header name="Authorization" scope="transport" action="remove"/>
    <respond/>
  </sequence>`;
  const { artifacts } = deployed.compile(text, 'built-in main sequence');
  for (const artifact of artifacts) deployed.add(artifact, { replace: true });
}
