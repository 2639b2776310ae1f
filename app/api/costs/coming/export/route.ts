import { download } from "@/lib/http/json";
import { route } from "@/lib/http/route";
import { listComingChanges } from "@/lib/price-sync/coming-service";
import { calendarOf } from "@/lib/price-sync/rules/calendar";

export const GET = route("exportComingChanges", async () =>
  download("what-changes-next.ics", "text/calendar", calendarOf(await listComingChanges())),
);
