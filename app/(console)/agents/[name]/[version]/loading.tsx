import { AgentSkeleton } from "@/components/agents/agent-skeleton";

export default function AgentLoading() {
  return <AgentSkeleton />;
}
