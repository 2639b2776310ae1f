import { lazyPart } from "@/components/ui/lazy-part";

const load = () => import("./start-run");

export const RunNowDialog = lazyPart(async () => (await load()).RunNowDialog);
export const RerunDialog = lazyPart(async () => (await load()).RerunDialog);
export const StopDialog = lazyPart(async () => (await load()).StopDialog);
