namespace GameCluster.Tests.TestServices;

/// <summary>The ids of the test services' messages.</summary>
internal static class MessageIds
{
    public const int WhoAmI = 61000;
    public const int CloseMe = 61001;
    public const int Count = 61002;
    public const int Internal = 61003;
    public const int NoReply = 61004;

    public const int Delay = 61010;
    public const int Number = 61011;
    public const int Never = 61012;
    public const int Throw = 61013;
    public const int Spin = 61014;
    public const int Hoard = 61015;

    public const int PushTo = 61020;
    public const int Pushed = 61021;

    public const int Join = 61030;
    public const int Leave = 61031;
    public const int Say = 61032;
    public const int Said = 61033;

    public const int Visit = 61040;

    public const int Member = 61050;
    public const int Guest = 61051;

    public const int Fixed = 61060;
    public const int Incarnation = 61061;

    public const int Pool = 61070;

    public const int Enter = 61080;
    public const int EnterAndPush = 61081;
    public const int Entered = 61082;

    public const int HallEnter = 61090;
    public const int HallSay = 61091;
    public const int HallWhisper = 61092;
    public const int HallRemove = 61093;
    public const int HallClose = 61094;
    public const int HallSaid = 61095;
    public const int HallWhispered = 61096;
    public const int HallShown = 61097;

    public const int GroupJoin = 61100;
    public const int PushToRoom = 61101;
    public const int PushToGroup = 61102;
    public const int PushToEveryone = 61103;
    public const int PushLatest = 61104;
    public const int PushedLatest = 61105;

    public const int StageCreate = 61110;
    public const int StageJoin = 61111;
    public const int StageLeave = 61112;
    public const int StagePublish = 61113;
    public const int StagePublished = 61114;
    public const int StageCount = 61115;

    public const int PoisonSpin = 61120;
    public const int PoisonSpinLater = 61121;
    public const int PoisonWait = 61122;
    public const int PoisonDie = 61123;
    public const int PoisonAllocate = 61124;
    public const int PoisonNumber = 61125;
    public const int PoisonHoard = 61126;

    public const int AccountCreate = 61130;
    public const int AccountJoin = 61131;
    public const int AccountLeave = 61132;
    public const int AccountBook = 61133;
    public const int AccountBooked = 61134;
    public const int AccountRead = 61135;

    public const int DurableAccountCreate = 61140;
    public const int DurableAccountJoin = 61141;
    public const int DurableAccountLeave = 61142;
    public const int DurableAccountBook = 61143;
    public const int DurableAccountBooked = 61144;
    public const int DurableAccountRead = 61145;

    public const int PoisonRoomEnter = 61150;
    public const int PoisonRoomCount = 61151;
    public const int PoisonRoomDie = 61152;
    public const int PoisonRoomSpin = 61153;
    public const int PoisonRoomWait = 61154;

    public const int TourEnter = 61160;
    public const int TourBook = 61161;
    public const int TourBooked = 61162;

    public const int DiceEnter = 61170;
    public const int DiceRoll = 61171;
    public const int DiceRolled = 61172;
    public const int DiceCheat = 61173;
    public const int DiceClose = 61174;
}
