import { conditionAt } from '../../apigee/condition/condition-at.js';
import { childText, textIn } from '../../apigee/configured.js';
import type { Condition } from '../../apigee/policy.js';
import type { Step } from '../../apigee/step.js';
import type { ConfigElement } from '../../configuration/element.js';
import { nearest } from '../../configuration/nearest.js';
import { ConfigurationError, type Problem } from '../../configuration/problem.js';
import type { Bundle } from './bundle.js';
import { type BundlePolicy, compilePolicy } from './compile-policy.js';

/** Compiles what names the policies of one bundle: each policy once, however many steps it has. */
export class StepCompiler {
  readonly #policies = new Map<string, BundlePolicy | undefined>();

  constructor(
    readonly bundle: Bundle,
    readonly problems: Problem[],
  ) {}

  /** Names of the files whose policy a step has asked for. */
  get used(): ReadonlySet<string> {
    return new Set(this.#policies.keys());
  }

  /** Runs a compilation whose refusal is noted among the problems; undefined then. */
  attempt<Result>(compile: () => Result): Result | undefined {
    try {
      return compile();
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      this.problems.push(error.problem);
      return undefined;
    }
  }

  /** The steps below the elements, in document order; those of disabled policies are left out. */
  steps(parents: readonly ConfigElement[]): Step[] {
    const elements = parents.flatMap((parent) => parent.elements().filter(({ localName }) => localName === 'Step'));
    return elements.flatMap((element) => this.attempt(() => this.#step(element)) ?? []);
  }

  /** The condition in the child of that name; undefined when there is none. */
  condition(element: ConfigElement): Condition | undefined {
    const child = element.element('Condition');
    return child === undefined || textIn(child) === undefined ? undefined : this.attempt(() => conditionAt(child));
  }

  #step(element: ConfigElement): Step | undefined {
    const name = childText(element, 'Name');
    if (name === undefined) return element.fail('missing-element', 'The step names no policy');
    const condition = this.condition(element);
    const policy = this.#policy(name, element);
    if (!policy?.isEnabled) return undefined;
    const { prefix, continueOnError, compiled } = policy;
    return {
      policy: policy.name,
      prefix,
      condition,
      continueOnError,
      contentAware: compiled.contentAware,
      run: (flow) => compiled.run(flow),
    };
  }

  #policy(name: string, element: ConfigElement): BundlePolicy | undefined {
    const file = this.bundle.policy(name);
    if (!file) {
      const known = this.bundle.policies.map((policy) => policy.name);
      const meant = nearest(name, known);
      return (element.element('Name') ?? element).fail('missing-policy', `The bundle has no policy ${name}`, {
        hint: meant === undefined ? `its policies are ${known.join(', ') || 'none'}` : `did you mean ${meant}?`,
      });
    }
    if (!this.#policies.has(file.fileName)) {
      this.#policies.set(
        file.fileName,
        this.attempt(() => compilePolicy(file, this.bundle, this.problems)),
      );
    }
    return this.#policies.get(file.fileName);
  }
}
