using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace GameCluster.Tests.Architecture;

/// <summary>Collects the types that handles and signatures name. What a signature decodes to is of no interest, only what it meets on the way.</summary>
internal sealed class UsedTypes(MetadataReader reader) : ISignatureTypeProvider<ValueTuple, ValueTuple>
{
    private readonly HashSet<TypeName> _names = [];
    private readonly string _assembly = reader.GetString(reader.GetAssemblyDefinition().Name);

    public IEnumerable<TypeName> Names => _names;

    public void Clear() => _names.Clear();

    public void Add(EntityHandle handle)
    {
        if (handle.IsNil)
        {
            return;
        }

        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                _names.Add(NameOf((TypeDefinitionHandle)handle));
                break;
            case HandleKind.TypeReference:
                _names.Add(NameOf((TypeReferenceHandle)handle));
                break;
            case HandleKind.TypeSpecification:
                reader.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, default);
                break;
            case HandleKind.MethodDefinition:
                Add(reader.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.FieldDefinition:
                Add(reader.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MethodSpecification:
                Add(reader.GetMethodSpecification((MethodSpecificationHandle)handle));
                break;
            case HandleKind.MemberReference:
                Add(reader.GetMemberReference((MemberReferenceHandle)handle));
                break;
            case HandleKind.StandaloneSignature:
                Add(reader.GetStandaloneSignature((StandaloneSignatureHandle)handle));
                break;
            default:
                throw new NotSupportedException($"{handle.Kind} names no type that is known here");
        }
    }

    /// <summary>The name of a type of this assembly, or of the outermost type around it.</summary>
    public TypeName NameOf(TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        return type.IsNested ? NameOf(type.GetDeclaringType()) : new TypeName(_assembly, reader.GetString(type.Namespace), reader.GetString(type.Name));
    }

    public ValueTuple GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Added(handle);

    public ValueTuple GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => Added(handle);

    public ValueTuple GetTypeFromSpecification(MetadataReader reader, ValueTuple context, TypeSpecificationHandle handle, byte rawTypeKind) => Added(handle);

    public ValueTuple GetArrayType(ValueTuple elementType, ArrayShape shape) => default;

    public ValueTuple GetByReferenceType(ValueTuple elementType) => default;

    public ValueTuple GetFunctionPointerType(MethodSignature<ValueTuple> signature) => default;

    public ValueTuple GetGenericInstantiation(ValueTuple genericType, ImmutableArray<ValueTuple> typeArguments) => default;

    public ValueTuple GetGenericMethodParameter(ValueTuple context, int index) => default;

    public ValueTuple GetGenericTypeParameter(ValueTuple context, int index) => default;

    public ValueTuple GetModifiedType(ValueTuple modifier, ValueTuple unmodifiedType, bool isRequired) => default;

    public ValueTuple GetPinnedType(ValueTuple elementType) => default;

    public ValueTuple GetPointerType(ValueTuple elementType) => default;

    public ValueTuple GetPrimitiveType(PrimitiveTypeCode typeCode) => default;

    public ValueTuple GetSZArrayType(ValueTuple elementType) => default;

    private TypeName NameOf(TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? NameOf((TypeReferenceHandle)type.ResolutionScope)
            : new TypeName(AssemblyOf(type), reader.GetString(type.Namespace), reader.GetString(type.Name));
    }

    private string AssemblyOf(TypeReference type) => type.ResolutionScope.Kind == HandleKind.AssemblyReference
        ? reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name)
        : _assembly;

    private void Add(MethodSpecification method)
    {
        Add(method.Method);
        method.DecodeSignature(this, default);
    }

    private void Add(MemberReference member)
    {
        Add(member.Parent);
        if (member.GetKind() == MemberReferenceKind.Method)
        {
            member.DecodeMethodSignature(this, default);
        }
        else
        {
            member.DecodeFieldSignature(this, default);
        }
    }

    private void Add(StandaloneSignature signature)
    {
        if (signature.GetKind() == StandaloneSignatureKind.LocalVariables)
        {
            signature.DecodeLocalSignature(this, default);
        }
        else
        {
            signature.DecodeMethodSignature(this, default);
        }
    }

    private ValueTuple Added(EntityHandle handle)
    {
        Add(handle);
        return default;
    }
}
