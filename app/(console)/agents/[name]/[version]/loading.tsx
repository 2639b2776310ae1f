import { AgentSkeleton } from "@/components/agents/page/agent-skeleton";

export default function AgentLoading() {
  return <AgentSkeleton />;
}
