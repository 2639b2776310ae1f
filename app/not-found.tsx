import type { Metadata } from "next";
import { buttonClass } from "@/components/ui/form/button-class";
import { EmptyState } from "@/components/ui/text/empty-state";
import { pages } from "@/lib/paths";

export const metadata: Metadata = { title: "Not found" };

/** Uses plain links, because every page loads the code of this one. */
export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center">
      <EmptyState
        title="There is nothing at this address"
        action={
          <>
            <a href={pages.models()} className={buttonClass("primary")}>
              Models
            </a>
            <a href={pages.agents()} className={buttonClass()}>
              Agents
            </a>
          </>
        }
      >
        The model or agent may have been renamed or retired, or the link is incomplete.
      </EmptyState>
    </main>
  );
}
