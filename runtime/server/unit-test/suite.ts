import type { MockService } from './mock-service.js';

/** An artifact of a suite. */
export interface SuiteArtifact {
  readonly xml: string;
  /** Its file; the suite's own for an artifact that is written in the suite. */
  readonly file: string;
}

export interface SuiteResource {
  readonly fileName: string;
  readonly content: string | Uint8Array;
  /** Folder in the registry. */
  readonly path: string;
  readonly mediaType: string;
}

export interface SuiteConnector {
  readonly bytes: Uint8Array;
  readonly file: string;
}

export interface CaseProperty {
  readonly name: string;
  readonly value: string;
  readonly scope: 'default' | 'axis2' | 'transport';
}

/** What a test case brings. Everything but properties and payload is for APIs and proxies only. */
export interface CaseInput {
  readonly path: string | undefined;
  readonly method: string | undefined;
  readonly protocol: 'http' | 'https';
  readonly payload: string | undefined;
  readonly properties: readonly CaseProperty[];
}

export type Assertion =
  | { readonly kind: 'assertEquals'; readonly actual: string; readonly expected: string; readonly message: string }
  | { readonly kind: 'assertNotNull'; readonly actual: string; readonly message: string };

export interface TestCase {
  readonly name: string;
  readonly input: CaseInput;
  readonly assertions: readonly Assertion[];
}

/** A unit-test suite with everything that its file refers to (artifacts 5.2). */
export interface Suite {
  readonly file: string;
  readonly artifact: SuiteArtifact;
  readonly supportive: readonly SuiteArtifact[];
  readonly resources: readonly SuiteResource[];
  readonly connectors: readonly SuiteConnector[];
  readonly cases: readonly TestCase[];
  readonly mocks: readonly MockService[];
}
