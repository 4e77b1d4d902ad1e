/**
 * Mediant as a library (product 4): a mediation runtime and API gateway that executes WSO2 / Apache Synapse sequences.
 * @module
 */
export { type AttributeDescription, defineMediator, type MediatorDefinition } from '../mediators/mediator.js';
export type { CompileContext, Step, StepList } from './configuration/context.js';
export type { ConfigElement } from './configuration/element.js';
export { ConfigurationError, type Problem } from './configuration/problem.js';
export { type CheckOptions, check } from './deploy/check.js';
export { type Conversion, convert } from './deploy/convert.js';
export { ExpressionSyntaxError } from './expression/expression.js';
export { Fault } from './message/fault.js';
export type { Message } from './message/message.js';
export { demo } from './server/demo/demo.js';
export { type EvalResult, type EvaluateOptions, evaluate } from './server/dry-run/evaluate.js';
export type { MessageInput } from './server/dry-run/message-input.js';
export { type RunOptions, type RunResult, run } from './server/dry-run/run.js';
export { type MediationOptions, mediation } from './server/mediation.js';
export { createServer, type Server, type ServerOptions } from './server/server.js';
export { findSuites } from './server/unit-test/find-suites.js';
export { hasPassed, type SuiteReport } from './server/unit-test/report.js';
export { runSuite, type SuiteOptions } from './server/unit-test/run-suite.js';
