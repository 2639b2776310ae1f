import "server-only";
import Big from "big.js";

/** The amount that may still be spent, in USD. Calls in progress count at their maximum cost. */
export class Budget {
  readonly #limit: Big;
  #spent: Big;
  #reserved = new Big(0);
  #settled: (() => void)[] = [];

  constructor(limit: number, spent: number) {
    this.#limit = new Big(limit);
    this.#spent = new Big(spent);
  }

  get isIdle(): boolean {
    return this.#reserved.eq(0) && this.#inProgress === 0;
  }

  #inProgress = 0;

  get left(): number {
    return this.#limit.minus(this.#spent).minus(this.#reserved).toNumber();
  }

  /** @returns false if the limit leaves no room for this amount */
  reserve(max: number): boolean {
    if (this.#limit.minus(this.#spent).minus(this.#reserved).lt(max)) return false;
    this.#reserved = this.#reserved.plus(max);
    this.#inProgress += 1;
    return true;
  }

  settle(max: number, spent: number): void {
    this.#reserved = this.#reserved.minus(max);
    this.#spent = this.#spent.plus(spent);
    this.#inProgress -= 1;
    for (const wake of this.#settled.splice(0)) wake();
  }

  /** Resolves when the next reservation is settled. */
  settled(): Promise<void> {
    return new Promise((resolve) => this.#settled.push(resolve));
  }
}
