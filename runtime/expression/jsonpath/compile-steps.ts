import { type FunctionCall, found, type Step, type StepPlace } from './evaluation.js';
import { filterStep } from './filter-step.js';
import { indexStep, sliceStep } from './item-step.js';
import { memberStep } from './member-step.js';
import { scanStep } from './scan-step.js';
import { isDefiniteStep, type Token } from './token.js';
import { wildcardStep } from './wildcard-step.js';

type FunctionToken = Extract<Token, { kind: 'function' }>;

/**
 * Compiles the steps of a path, the last one first.
 *
 * @param compileCall makes the call of a path function
 */
export function compileSteps(tokens: readonly Token[], compileCall: (token: FunctionToken) => FunctionCall): Step {
  const indefinite = tokens.findIndex((_token, at) => !isDefiniteStep(tokens, at));
  const definiteSteps = indefinite < 0 ? tokens.length : indefinite;
  let next: Step | undefined;
  let beyond: Step | undefined;
  for (const [position, token] of [...tokens.entries()].reverse()) {
    const step = compileStep({ tokens, position, next, definiteSteps }, token, beyond, compileCall);
    beyond = next;
    next = step;
  }
  return next ?? ((model, place, evaluation) => found(model, place, evaluation, false));
}

function compileStep(
  place: StepPlace,
  token: Token,
  beyond: Step | undefined,
  compileCall: (token: FunctionToken) => FunctionCall,
): Step {
  switch (token.kind) {
    case 'member':
      return memberStep(place, token.names);
    case 'index':
      return indexStep(place, token.indexes);
    case 'slice':
      return sliceStep(place, token.from, token.to);
    case 'wildcard':
      return wildcardStep(place);
    case 'filter':
      return filterStep(place, token);
    case 'scan':
      return scanStep(place, beyond);
    case 'function':
      return functionStep(place, compileCall(token));
  }
}

function functionStep({ next }: StepPlace, call: FunctionCall): Step {
  return (model, place, evaluation) => {
    const result = call(model, evaluation);
    found(result, place, evaluation, false);
    next?.(result, place, evaluation);
  };
}
