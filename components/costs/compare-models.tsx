import Link from "next/link";
import type { ReactNode } from "react";
import { PriceOrigin } from "@/components/prices/price-origin";
import { Button } from "@/components/ui/form/button";
import { Tag } from "@/components/ui/text/tag";
import type { PricedModel } from "@/lib/costs/schema";
import { formatContextWindow, formatPriceUsd, formatProviderName } from "@/lib/format";
import { pages } from "@/lib/paths";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { CachePrice, ModelName, Price, Tokens } from "./price-cells";

type Props = { models: readonly PricedModel[]; unit: PriceUnit; onBack: () => void };

type Fact = {
  name: string;
  show: (model: PricedModel, unit: PriceUnit) => ReactNode;
  /** The compared value; undefined for facts without a best value. `best` is the marked extreme. */
  value?: (model: PricedModel) => number | null;
  best?: "lowest" | "largest";
};

const facts: readonly Fact[] = [
  { name: "Provider", show: ({ provider_id }) => formatProviderName(provider_id) },
  {
    name: "Input",
    show: (model, unit) => <Price model={model} name="input_price" unit={unit} />,
    value: ({ input_price }) => input_price,
    best: "lowest",
  },
  {
    name: "Output",
    show: (model, unit) => <Price model={model} name="output_price" unit={unit} />,
    value: ({ output_price }) => output_price,
    best: "lowest",
  },
  {
    name: "Cached input",
    show: (model, unit) => <CachePrice model={model} unit={unit} />,
    value: ({ cache_read_price, input_price }) => cache_read_price ?? input_price,
    best: "lowest",
  },
  { name: "Long calls", show: longCalls },
  {
    name: "Context window",
    show: ({ max_tokens }) => <Tokens tokens={max_tokens} />,
    value: ({ max_tokens }) => max_tokens,
    best: "largest",
  },
  {
    name: "Output limit",
    show: ({ max_output_tokens }) => <Tokens tokens={max_output_tokens} />,
    value: ({ max_output_tokens }) => max_output_tokens,
    best: "largest",
  },
  { name: "Tools", show: ({ supports_tools }) => yesOrNo(supports_tools) },
  { name: "Vision", show: ({ supports_vision }) => yesOrNo(supports_vision) },
];

/** Models as columns, facts as rows; the best value of a row is marked. */
export function CompareModels({ models, unit, onBack }: Props) {
  return (
    <>
      <Button size="sm" onClick={onBack} className="mb-3">
        Back to all models
      </Button>
      <div className="overflow-x-auto rounded-lg border border-line bg-panel">
        <table aria-label="Models side by side" className="w-full text-left">
          <thead>
            <tr>
              <th scope="col" className="px-3 py-2 text-sm font-medium text-ink-3">
                USD per {unit} tokens
              </th>
              {models.map((model) => (
                <th key={model.pk} scope="col" className="max-w-60 min-w-44 px-3 py-2 font-normal">
                  <ModelName model={model} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {facts.map((fact) => (
              <FactRow key={fact.name} fact={fact} models={models} unit={unit} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

type FactRowProps = { fact: Fact; models: readonly PricedModel[]; unit: PriceUnit };

function FactRow({ fact, models, unit }: FactRowProps) {
  const { name, show, value, best } = fact;
  const values = models.map((model) => value?.(model) ?? null);
  const numbers = values.filter((each) => each !== null);
  // There is no best value if there is only one, or if all are equal.
  const differ = new Set(numbers).size > 1;
  const mark = best === "largest" ? Math.max(...numbers) : Math.min(...numbers);
  return (
    <tr className="border-t border-line">
      <th scope="row" className="px-3 py-2 text-sm font-medium whitespace-nowrap text-ink-3">
        {name}
      </th>
      {models.map((model, index) => (
        <td key={model.pk} className="px-3 py-2 align-top">
          <div className="flex items-start gap-1.5">
            <div>{show(model, unit)}</div>
            {differ && values[index] === mark && <Tag tone="good">{best}</Tag>}
          </div>
        </td>
      ))}
    </tr>
  );
}

function longCalls(model: PricedModel, unit: PriceUnit): ReactNode {
  const { long_context } = model;
  if (long_context.length === 0) return <span className="text-ink-3">no other price known</span>;
  return long_context.map(({ above_input_tokens, input_price, output_price }) => (
    <span key={above_input_tokens} className="block">
      over {formatContextWindow(above_input_tokens)}:{" "}
      <PriceOrigin pk={model.pk} name="input_price">
        <Link href={pages.models({ model: model.pk })} prefetch={false} className="rounded-sm">
          {formatPriceUsd(input_price ?? model.input_price, unit)} in,{" "}
          {formatPriceUsd(output_price ?? model.output_price, unit)} out
        </Link>
      </PriceOrigin>
    </span>
  ));
}

function yesOrNo(value: boolean | null): ReactNode {
  if (value === null) return <span className="text-ink-3">not known</span>;
  return value ? "Yes" : "No";
}
