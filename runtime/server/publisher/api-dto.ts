import type { Problem } from '../../configuration/problem.js';
import type { Api } from '../apim-model/api-document.js';
import { problemText } from '../apim-model/definition-check.js';
import { titleOf } from '../apim-model/lifecycle.js';

/** The API resource of v1 to v4 (api-management 1.4). */
export function apiDto(api: Api, warnings: readonly Problem[] = []): object {
  const { apiDefinition: _definition, ...document } = api.document;
  return {
    id: api.id,
    ...document,
    lifeCycleStatus: api.status,
    isRevision: false,
    revisionedApiId: null,
    revisionId: 0,
    hasThumbnail: false,
    workflowStatus: null,
    createdTime: String(api.createdAt),
    lastUpdatedTime: new Date(api.updatedAt).toISOString(),
    lastUpdatedTimestamp: String(api.updatedAt),
    ...warningsDto(warnings),
  };
}

/** An item of `GET /apis`. */
export function apiInfoDto(api: Api): object {
  const { name, description, context, version, type, provider, audiences, additionalProperties } = api.document;
  return {
    id: api.id,
    name,
    displayName: api.document.displayName,
    description,
    context,
    additionalProperties,
    version,
    provider,
    type,
    audiences,
    lifeCycleStatus: api.status,
    workflowStatus: null,
    hasThumbnail: false,
    securityScheme: api.document.securityScheme,
    createdTime: String(api.createdAt),
    updatedTime: String(api.updatedAt),
    gatewayVendor: api.document.gatewayVendor,
    gatewayType: api.document.gatewayType,
    advertiseOnly: false,
    isDefaultVersion: api.document.isDefaultVersion,
    lifeCycleState: titleOf(api.status),
  };
}

/** `warnings`: what the check of uploaded XML had to say; no member when it had nothing. */
export function warningsDto(warnings: readonly Problem[]): object {
  if (warnings.length === 0) return {};
  return {
    warnings: warnings.map((problem) => ({
      code: problem.code,
      message: problem.message,
      description: problemText(problem),
      file: problem.file,
      line: problem.line,
      column: problem.column,
      ...(problem.hint === undefined ? {} : { hint: problem.hint }),
    })),
  };
}
