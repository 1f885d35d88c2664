using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace GameCluster.Tests.Architecture;

/// <summary>Walks the instructions of a method body.</summary>
internal static class Instructions
{
    private const byte TwoBytePrefix = 0xfe;

    private static readonly Dictionary<short, OperandType> OperandTypes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(static field => (OpCode)field.GetValue(null)!)
        .ToDictionary(static code => code.Value, static code => code.OperandType);

    /// <summary>The types, methods, fields and signatures that the instructions name.</summary>
    public static IEnumerable<EntityHandle> TokensOf(byte[] body)
    {
        var position = 0;
        while (position < body.Length)
        {
            var operand = OperandTypes[ReadCode(body, ref position)];
            if (operand is OperandType.InlineType or OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineTok or OperandType.InlineSig)
            {
                yield return MetadataTokens.EntityHandle(ReadInt32(body, position));
            }

            position += SizeOf(operand, body, position);
        }
    }

    private static short ReadCode(byte[] body, ref int position)
    {
        var first = body[position++];
        return first == TwoBytePrefix ? (short)((first << 8) | body[position++]) : first;
    }

    private static int SizeOf(OperandType operand, byte[] body, int position) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * ReadInt32(body, position)),
        _ => 4,
    };

    private static int ReadInt32(byte[] body, int position) => BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(position));
}
