import Link from "next/link";
import { Button, buttonClass } from "@/components/ui/form/button";
import { EmptyState } from "@/components/ui/text/empty-state";
import { pluralize } from "@/lib/format";
import { pages } from "@/lib/paths";

/** Every list of prices says this when the filter leaves nothing. */
export function NoneFits({ of, onShowAll }: { of: number; onShowAll: () => void }) {
  return (
    <EmptyState title="No model fits" action={<Button onClick={onShowAll}>Show all models</Button>}>
      {pluralize(of, "model is", "models are")} registered; none fits the search and the filters.
    </EmptyState>
  );
}

/** Without a registered model there is nothing to compare or to calculate. */
export function NoModels() {
  return (
    <div className="rounded-lg border border-line bg-panel">
      <EmptyState
        title="No model is registered"
        action={
          <Link href={pages.models()} prefetch={false} className={buttonClass("primary")}>
            Go to Models
          </Link>
        }
      >
        Prices are kept with the models. Add one on the Models page: its prices, context and
        capabilities come from the provider's list and the price catalog.
      </EmptyState>
    </div>
  );
}
