import { describeEveryOperation } from "./testing/every-operation.ts";

describeEveryOperation("sessions");
