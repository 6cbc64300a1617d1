import { describeEveryOperation } from "../every-operation.ts";

describeEveryOperation("tokens");
