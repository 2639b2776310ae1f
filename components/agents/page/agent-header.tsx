import ExternalLink from "lucide-react/icons/external-link";
import Link from "next/link";
import { PageHeader } from "@/components/shell/page-header";
import { Button } from "@/components/ui/form/button";
import { buttonClass } from "@/components/ui/form/button-class";
import { Tag, type TagTone } from "@/components/ui/text/tag";
import type { AgentRecord } from "@/lib/agents/schema";
import { pages } from "@/lib/paths";

const tones: Record<string, TagTone> = { active: "good", deprecated: "warn" };

/** `onTest` is absent for viewers. */
export function AgentHeader({ agent, onTest }: { agent: AgentRecord; onTest?: () => void }) {
  const { agent_name, version, status, description, state_machine_arn } = agent;
  const url = state_machine_arn === null ? null : stateMachineUrl(state_machine_arn);
  return (
    <PageHeader
      trail={
        <Link href={pages.agents()} className="hover:text-ink hover:underline">
          Agents
        </Link>
      }
      title={agent_name}
      tags={
        <>
          <Tag tone={(status && tones[status]) || "neutral"}>{capitalised(status)}</Tag>
          <Tag>{version}</Tag>
        </>
      }
      description={description}
      actions={
        <>
          {url && (
            <a href={url} target="_blank" rel="noreferrer" className={buttonClass("ghost")}>
              Open state machine
              <ExternalLink className="size-3.5" aria-hidden="true" />
              <span className="sr-only">in the AWS console, new tab</span>
            </a>
          )}
          {onTest && <Button onClick={onTest}>Test as this agent</Button>}
        </>
      }
    />
  );
}

function capitalised(status: string | null): string {
  if (!status) return "No status";
  return status.slice(0, 1).toUpperCase() + status.slice(1);
}

/** The AWS console of each partition. */
const consoles: Record<string, string> = {
  aws: "console.aws.amazon.com",
  "aws-cn": "console.amazonaws.cn",
  "aws-us-gov": "console.amazonaws-us-gov.com",
};

/** The state machine's page in the AWS console; null if the ARN isn't one. */
function stateMachineUrl(arn: string): string | null {
  const [, partition = "", region] =
    /^arn:([a-z-]+):states:([a-z0-9-]+):\d{12}:stateMachine:[^\s]+$/.exec(arn) ?? [];
  const host = consoles[partition];
  if (!host || !region) return null;
  return `https://${region}.${host}/states/home?region=${region}#/statemachines/view/${encodeURIComponent(arn)}`;
}
