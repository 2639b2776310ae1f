import { notCovered } from "@/lib/costs/rules/not-covered";
import { formatMoney, formatTokensShort, pluralize } from "@/lib/format";
import { describeTooLow } from "@/lib/usage/rules/too-low-labels";
import type { UsageReport } from "@/lib/usage/schema";

/** Notes on gaps in a report's figures, and on the usage of other environments. */
export function SpendNotes({ report }: { report: UsageReport }) {
  return (
    <>
      <NotKnown report={report} />
      <OtherEnvironments environments={report.other_environments} />
    </>
  );
}

function NotKnown({ report: { total } }: { report: UsageReport }) {
  const { unpriced_tokens, assumed_tokens, derived_tokens, unregistered_tokens } = total;
  const { by_family_usd, base_price_usd } = total;
  const tooLow = describeTooLow(total.too_low);
  return (
    <ul
      aria-label="What these figures do not know"
      className="mt-3 list-disc pl-4 text-sm text-ink-3"
    >
      {tooLow && <li>{tooLow}</li>}
      {by_family_usd && (
        <li>
          {formatMoney(by_family_usd)} of it is at a price by family: the catalog lists another
          model of the family only, and nobody confirmed its price. Checks lists these models.
        </li>
      )}
      {base_price_usd && (
        <li>
          {formatMoney(base_price_usd)} of it is at a base price: no catalog lists the price in the
          model's region, which may differ.
        </li>
      )}
      <li>
        Agents report input and output tokens only, and each is counted at the input or output
        price. Too high where a provider reports cached input among the rest and bills it at a
        discount (OpenAI, Gemini, xAI, DeepSeek).
      </li>
      <li>{notCovered}</li>
      <li>Periods are in UTC, and the last one is still running.</li>
      {assumed_tokens > 0 && (
        <li>
          {formatTokensShort(assumed_tokens)} tokens are from before the first recorded price of
          their model: that price is assumed for them.
        </li>
      )}
      {derived_tokens > 0 && (
        <li>
          {formatTokensShort(derived_tokens)} tokens come from metrics without a provider or model.
          They count toward the provider and model in their agent's row.
        </li>
      )}
      {unregistered_tokens > 0 && (
        <li>
          {formatTokensShort(unregistered_tokens)} tokens are of agents that aren't registered in
          this environment. They count, because nothing proves that they belong to another one.
        </li>
      )}
      {unpriced_tokens > 0 && (
        <li>
          {formatTokensShort(unpriced_tokens)} tokens have no price and are in no sum of money. Set
          the prices of their models on the Models page.
        </li>
      )}
    </ul>
  );
}

/** With more agents, only their number is shown. */
const maxNames = 3;

type OtherProps = { environments: UsageReport["other_environments"] };

function OtherEnvironments({ environments }: OtherProps) {
  if (environments.length === 0) return null;
  return (
    <section aria-labelledby="other-environments" className="mt-6">
      <h2 id="other-environments" className="mb-1 font-semibold">
        Other environments
      </h2>
      <p className="mb-2 text-sm text-ink-3">
        Usage in this AWS account that belongs to other environments. No total, budget or check here
        includes it.
      </p>
      <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-panel">
        {environments.map(({ environment, input_tokens, output_tokens, agents }) => (
          <li key={environment} className="flex flex-wrap gap-x-4 gap-y-1 px-3 py-2">
            <span className="min-w-40 font-medium wrap-anywhere">{environment}</span>
            <span className="wrap-anywhere">
              {agents.length > maxNames ? pluralize(agents.length, "agent") : agents.join(", ")}
            </span>
            <span className="ml-auto text-ink-2 max-sm:ml-0">
              {formatTokensShort(input_tokens)} input, {formatTokensShort(output_tokens)} output
              tokens
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
