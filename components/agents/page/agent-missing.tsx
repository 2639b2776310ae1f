import Link from "next/link";
import { PageHeader } from "@/components/shell/page-header";
import { buttonClass } from "@/components/ui/form/button-class";
import { EmptyState } from "@/components/ui/text/empty-state";
import type { AgentKey } from "@/lib/agents/schema";
import { pages } from "@/lib/paths";

/** Replaces an agent's page if its row doesn't exist. */
export function AgentMissing({ agent: { agent_name, version } }: { agent: AgentKey }) {
  return (
    <>
      <PageHeader title="No such agent" />
      <EmptyState
        title={`There is no agent “${agent_name}” ${version}`}
        action={
          <>
            <Link href={pages.agents({ q: agent_name })} className={buttonClass("primary")}>
              Look for {agent_name}
            </Link>
            <Link href={pages.agents()} className={buttonClass()}>
              All agents
            </Link>
          </>
        }
      >
        Its row may have been deleted, or have another version. Names and versions are
        case-sensitive.
      </EmptyState>
    </>
  );
}
